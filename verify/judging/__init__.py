"""From evidence to a verdict: decision rules, error levels, replays."""
