"""Google Drive v3 and Google's sign-in, as far as a school's store and rclone need them."""
