
# Clips for a kiosk without a speech engine, where the program looks for them.
install: install-voices
install-voices:
	install -d $(DESTDIR)$(PREFIX)/share/aidpost/voices
	install -m 644 voices/*.voice $(DESTDIR)$(PREFIX)/share/aidpost/voices
uninstall: uninstall-voices
uninstall-voices:
	-rm -r $(DESTDIR)$(PREFIX)/share/aidpost/voices

user-install: user-install-voices
user-install-voices:
	install -d $(DESTDIR)$(HOME)/.local/share/aidpost/voices
	install -m 644 voices/*.voice $(DESTDIR)$(HOME)/.local/share/aidpost/voices
user-uninstall: user-uninstall-voices
user-uninstall-voices:
	-rm -r $(DESTDIR)$(HOME)/.local/share/aidpost/voices
