"""Questions to people of other industries: asked with one field, and kept as posts of the community's forum.

A question becomes a post that the bot writes in its asker's words; the command's reply is always private. Who asks
anonymously stands in one column of the question and nowhere else: what they do is recorded with no actor and the
question as subject, and what they could not post yet is a draft among the questions, not one with their name.
"""
