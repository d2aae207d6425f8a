package kit

import (
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"
)

func TestFlowStandsBelowWhereThereIsNoRoom(t *testing.T) {
	test.NewTempApp(t)
	for _, dir := range []Direction{LTR, RTL} {
		look := Look{Dir: dir}
		value := NewQuantity(look, "185/111", "mmHg", "", SizeValue, Leading)
		badge := NewBadge(look, High, "Severe range", SizeLead)
		f := NewFlow(look, Space32, value, badge)
		wide := f.PreferredWidth()
		f.Resize(fyne.NewSize(wide, f.HeightFor(wide)))
		if dir == LTR && badge.Position().X < value.Position().X+value.Size().Width {
			t.Errorf("dir %v: badge at %v overlaps the value that ends at %v", dir, badge.Position().X, value.Size().Width)
		}
		if dir == RTL && badge.Position().X != 0 {
			t.Errorf("right to left: badge at %v, want the left edge", badge.Position().X)
		}
		narrow := wide - 1
		f.Resize(fyne.NewSize(narrow, f.HeightFor(narrow)))
		if badge.Position().Y < value.Position().Y+value.Size().Height {
			t.Errorf("dir %v: badge is not below the value where both do not fit", dir)
		}
		if got, least := f.HeightFor(narrow), f.HeightFor(wide); got <= least {
			t.Errorf("dir %v: height %v when stacked, %v side by side", dir, got, least)
		}
	}
}
