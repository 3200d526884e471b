"""Prepares the machine: Debian packages, builds, the Debian i386 root, Wine, a Samba server, vector files."""
