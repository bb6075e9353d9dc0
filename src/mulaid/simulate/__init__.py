"""The laboratory: what would come out otherwise under a draft of the policy book. Nothing here writes anywhere."""
