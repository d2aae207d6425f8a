package power

// What GetSystemPowerStatus of Windows says.
const (
	lineOff       = 0
	flagNoBattery = 128
	flagUnknown   = 255
	percentMost   = 100 // 255: it is not known
)

// status is the state that Windows means: on the battery is a computer that has one,
// says how much is in it, and is off the line.
func status(line, flag, percent byte) State {
	if line != lineOff || flag == flagUnknown || flag&flagNoBattery != 0 || percent > percentMost {
		return State{}
	}
	return State{Battery: true, Percent: int(percent)}
}
