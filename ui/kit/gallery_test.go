package kit

import (
	"path/filepath"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"aidpost/assets"
)

// galleryLooks are the looks every page of the gallery is drawn in.
var galleryLooks = map[string]Look{
	"light-ltr":    {},
	"light-rtl":    {Dir: RTL},
	"contrast-ltr": {Palette: HighContrast},
	"large-rtl":    {Palette: Dark, Dir: RTL, Text: TextLargest},
}

// galleryPages are what KIT_GALLERY draws, to be looked at.
var galleryPages = map[string]func(Look) fyne.CanvasObject{
	"controls": controlsPage,
}

func TestGallery(t *testing.T) {
	dir := galleryDir(t)
	test.NewTempApp(t)
	for look, l := range galleryLooks {
		for page, draw := range galleryPages {
			savePNG(t, filepath.Join(dir, page+"-"+look+".png"), l, fyne.NewSize(1280, 800), NewInset(48, 32, draw(l)))
		}
	}
}

// say picks sample words in the look's direction.
func say(l Look, ltr, rtl string) string {
	if l.Dir == RTL {
		return rtl
	}
	return ltr
}

func controlsPage(l Look) fyne.CanvasObject {
	nop := func() {}
	focused := NewButton(l, say(l, "Focused", "مركز"), ButtonStyle{Rank: Secondary}, nop)
	focused.FocusGained()
	off := NewButton(l, say(l, "Not now", "ليس الآن"), ButtonStyle{Rank: Secondary}, nop)
	off.Disable()
	down := NewButton(l, say(l, "Pressed", "مضغوط"), ButtonStyle{}, nop)
	down.down = true
	down.paint()
	chosen := NewTile(l, TileStyle{Picture: assets.IconPressure, Title: say(l, "Blood pressure", "ضغط الدم"), Note: say(l, "about 3 minutes", "حوالي 3 دقائق"), Status: say(l, "Ready", "جاهز")}, nop)
	chosen.SetSelected(true)
	steps := []string{"Welcome", "About you", "Rest", "Measure", "Result"}
	if l.Dir == RTL {
		steps = []string{"مرحبا", "عنك", "راحة", "قياس", "النتيجة"}
	}
	return NewColumn(Space24,
		NewStepDots(l, steps, 2),
		NewText(l, say(l, "What shall we measure today?", "ماذا نقيس اليوم؟"), TextStyle{Size: SizeQuestion, Bold: true}),
		NewRow(l, Space24, CrossFill,
			NewGrow(1, chosen),
			NewGrow(1, NewTile(l, TileStyle{Picture: assets.IconOximeter, Title: say(l, "Oxygen", "الأكسجين"), Note: say(l, "about 1 minute", "حوالي دقيقة"), Status: say(l, "Low battery", "البطارية ضعيفة"), Band: Watch}, nop)),
			NewGrow(1, NewTile(l, TileStyle{Picture: assets.IconGlucose, Title: say(l, "Blood sugar", "سكر الدم"), Note: say(l, "with a small drop of blood", "بقطرة دم صغيرة"), Status: say(l, "Not connected", "غير متصل"), Band: High}, nop)),
		),
		NewRow(l, Space16, CrossCenter,
			NewButton(l, say(l, "Start", "ابدأ"), ButtonStyle{Icon: assets.IconNext, IconLast: true}, nop),
			NewButton(l, say(l, "Stop", "توقف"), ButtonStyle{Rank: Urgent, Icon: assets.IconClose}, nop),
			down, focused, off,
			NewButton(l, say(l, "Cancel", "إلغاء"), ButtonStyle{Rank: Quiet}, nop),
			NewButton(l, "", ButtonStyle{Rank: Secondary, Icon: assets.IconHelp}, nop),
		),
		NewRow(l, Space16, CrossCenter,
			NewBadge(l, Good, say(l, "In range", "ضمن المعدل"), ""),
			NewBadge(l, Watch, say(l, "Keep an eye on it", "راقبه"), ""),
			NewBadge(l, High, say(l, "High", "مرتفع"), ""),
			NewBadge(l, Low, say(l, "Low", "منخفض"), ""),
			NewSpacer(),
			NewQuantity(l, "128/82", "mmHg", "", SizeValue, Leading),
		),
	)
}
