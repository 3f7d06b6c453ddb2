"""More is sold than there is: whose orders wait for it, who gets the pieces, and what can be done."""
