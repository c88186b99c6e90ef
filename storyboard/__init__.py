"""What a film is: schema, timing, documents and the plan. Pure: nothing here renders or runs anything."""
