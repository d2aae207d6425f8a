package reports

// A Check lets whoever holds the paper find out that nothing on it was changed:
// a code to scan, with the numbers in it, signed by the kiosk.
type Check struct {
	// Token is what the code says: ASCII.
	Token string
	// Left counts the results that found no room in it.
	Left int
}

// keywords are found in the file by programs.
func (c *Check) keywords() string {
	if c == nil {
		return ""
	}
	return c.Token
}
