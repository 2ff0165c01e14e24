"""The room of people: who: accounts, memberships, sign-in and delegations."""
