"""What CSM and AE do together: checklists of a renewal, meetings of their accounts, reminders of their own."""
