#!/bin/sh
# The course server in one file.   sh @NAME@ [FOLDER]
#   FR  Installe le serveur de formation, sans réseau. Sans DOSSIER : dans « anhnh », chez vous.
#   AR  يثبّت خادم التكوين بدون شبكة. بدون ذكر المجلد: في المجلد anhnh داخل مجلدك الشخصي.
#   EN  Installs the course server, without a network. Without FOLDER: in `anhnh`, in your home folder.
# What follows the line ---8<--- is an archive; nothing of it is run before its sum was checked.
set -eu
umask 022

say() { printf '%s\n' "$1" "$2" "$3" >&2; } # FRENCH ARABIC ENGLISH

stop() {
  echo >&2
  say "$@"
  exit 1
}

case "${1:-}" in
-h | --help)
  sed -n '2,5s/^# *//p' "$0"
  exit
  ;;
esac

if [ "$(uname -s) $(uname -m)" != "Linux x86_64" ]; then
  stop "Ce fichier est pour Linux sur un PC de 64 bits (x86_64)." \
    "هذا الملف مخصص لنظام Linux على حاسوب من 64 بت (x86_64)." \
    "This file is for Linux on a 64-bit PC (x86_64)."
fi

say "Vérification du fichier…" "جارٍ التحقق من الملف…" "Checking the file…"
sum=$(tail -c @SIZE@ "$0" | sha256sum | cut -c 1-64)
if [ "$sum" != "@SUM@" ]; then
  stop "Le fichier est abîmé : rien n’a été installé. Copiez-le de nouveau depuis la clé, puis recommencez." \
    "الملف تالف: لم يُثبَّت أي شيء. انسخه من جديد من المفتاح، ثم أعد المحاولة." \
    "The file is damaged: nothing was installed. Copy it again from the stick, then start again."
fi

folder=${1:-}
if [ -z "$folder" ]; then
  if [ "$(id -u)" = 0 ]; then folder=/opt/anhnh; else folder=$HOME/anhnh; fi
fi
case $folder in
*:*)
  stop "Python refuse un dossier dont le nom contient « : ». Choisissez-en un autre : sh @NAME@ DOSSIER" \
    "لا يقبل Python مجلدا في اسمه النقطتان «:». اختر مجلدا آخر: sh @NAME@ FOLDER" \
    "Python refuses a folder with “:” in its name. Choose another: sh @NAME@ FOLDER"
  ;;
esac
mkdir -p -- "$folder" && folder=$(cd -- "$folder" && pwd) || stop \
  "Le dossier « $folder » ne peut pas être créé. Choisissez-en un autre : sh @NAME@ DOSSIER" \
  "لا يمكن إنشاء المجلد «$folder». اختر مجلدا آخر: sh @NAME@ FOLDER" \
  "The folder “$folder” cannot be made. Choose another: sh @NAME@ FOLDER"

if [ "$(df -Pk "$folder" | awk 'END { print $(NF - 2) }')" -lt @KILOBYTES@ ]; then
  stop "Il faut @MEGABYTES@ Mo libres sur le disque. Faites de la place, puis recommencez." \
    "يجب توفر @MEGABYTES@ ميغابايت على القرص. وفّر مساحة، ثم أعد المحاولة." \
    "@MEGABYTES@ MB must be free on the disk. Make room, then start again."
fi

unpacked=$folder/.unpacked
rm -rf -- "$unpacked"
mkdir -- "$unpacked"
trap 'rm -rf -- "$unpacked"' EXIT
trap 'exit 1' HUP INT TERM
tail -c @SIZE@ "$0" | tar -x -z -f - -C "$unpacked" --no-same-owner
sh "$unpacked/install.sh" "$folder"
exit
---8<---
