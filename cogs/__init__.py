"""Define what Discord users see: one cog a module; `bot.chat.client.COGS` lists them."""
