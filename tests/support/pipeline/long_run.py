"""A run of a schedule that goes on until it is ended: a stand-in for the process of one."""

import time

time.sleep(3600)
