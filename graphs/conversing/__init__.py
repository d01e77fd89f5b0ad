"""What a conversation needs: who talks, which account is meant, what is answered."""
