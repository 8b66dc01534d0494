"""Step 3: what grid workers find at the door, checked by the township, differences kept for all to see."""
