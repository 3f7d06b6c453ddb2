"""The numbers over time: kept day by day, counted anew every night, warned of before they are lost, drawn and exported."""
