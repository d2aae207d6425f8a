package quality

// Stricter returns the plan that asks for all that either asks for. Both are of
// the same panel.
func (p Plan) Stricter(o Plan) Plan {
	p.ControlEvery = sooner(p.ControlEvery, o.ControlEvery)
	p.Lots = p.Lots || o.Lots
	p.Calibration = p.Calibration || o.Calibration
	p.Certificates = p.Certificates || o.Certificates
	p.Overrides = min(max(p.Overrides, 1), max(o.Overrides, 1))
	return p
}

// sooner is the shorter of two times, of which 0 is none.
func sooner(a, b int) int {
	if a == 0 || b == 0 {
		return max(a, b)
	}
	return min(a, b)
}
