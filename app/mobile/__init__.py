"""The phone: visits handed out for a day without network, photos in parts, results that are never lost."""
