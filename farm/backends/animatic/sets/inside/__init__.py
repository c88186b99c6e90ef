"""Places with a roof over them, a file each: `build` draws one."""
