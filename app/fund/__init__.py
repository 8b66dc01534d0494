"""The fund's money: quota that is promised once, payments that are made once, books that always balance."""
