"""A school's tree in OneDrive for Business or in a SharePoint library, through Microsoft Graph v1.0."""
