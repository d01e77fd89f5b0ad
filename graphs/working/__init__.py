"""What runs unasked: jobs and their queue, the scan, leases, and what time alone calls for."""
