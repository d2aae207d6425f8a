package power

import (
	"regexp"
	"strconv"
	"strings"
)

// source is what "pmset -g batt" of macOS says first, and supply a line of it about
// one battery, of the computer or of a UPS on USB:
//
//	Now drawing from 'Battery Power'
//	 -InternalBattery-0 (id=4653155)	85%; discharging; 5:12 remaining present: true
var (
	source = regexp.MustCompile(`(?m)^Now drawing from '(.+)'`)
	supply = regexp.MustCompile(`(?m)^\s*-.+\s(\d{1,3})%; ?(.*)$`)
)

// drawn is the state that pmset tells of.
func drawn(text string) State {
	from := source.FindStringSubmatch(text)
	if from == nil || from[1] != "Battery Power" && from[1] != "UPS Power" {
		return State{}
	}
	sum, batteries := 0, 0
	for _, line := range supply.FindAllStringSubmatch(text, -1) {
		left, err := strconv.Atoi(line[1])
		if err != nil || left > 100 || strings.Contains(line[2], "present: false") {
			continue // it does not say
		}
		sum, batteries = sum+left, batteries+1
	}
	if batteries == 0 {
		return State{}
	}
	return State{Battery: true, Percent: sum / batteries}
}
