"""Places under the sky, a file each: `build` draws one."""
