"""What people do with usage: `import usage`, `/success usage`, `/success adopted`, `/playbooks adoption`."""
