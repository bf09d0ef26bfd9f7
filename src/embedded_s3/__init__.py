"""An S3 for where none is configured: moto's, on a loopback port, its objects kept on disk.

One process hosts the S3 of a folder and the others use it. When the host ends, however it ends,
the next that needs it hosts it; what was answered is on disk, so nothing of it is lost.
"""
