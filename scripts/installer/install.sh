#!/bin/sh
# Installs what lies beside this file into FOLDER, without a network:   sh install.sh FOLDER
#
#   FOLDER/versions/VERSION   the program with its own Python environment; an older one stays until the next
#   FOLDER/current            which of them runs; changed last, so a power cut leaves the old one
#   FOLDER/anhnh              the command;  FOLDER/settings  its settings;  FOLDER/data  everything recorded
#
# It starts nothing, and touches neither the settings nor the data that are there.
set -eu
umask 022

say() { printf '%s\n' "$1" "$2" "$3" >&2; } # FRENCH ARABIC ENGLISH

stop() {
  echo >&2
  say "$@"
  exit 1
}

here=$(cd -- "$(dirname -- "$0")" && pwd)
folder=$(cd -- "$1" && pwd)
version=$(cat "$here/VERSION")

# -- Python ------------------------------------------------------------------------------------------------

python=
for name in ${PYTHON:+"$PYTHON"} python3 python3.13 python3.12 python3.11; do
  if command -v "$name" >/dev/null 2>&1 &&
    "$name" -c 'import sys, venv; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' 2>/dev/null; then
    python=$(command -v "$name")
    break
  fi
done
[ -n "$python" ] || stop \
  "Il faut Python 3.11, 3.12 ou 3.13. Debian 12 l’a d’office ; sinon, installez le paquet python3-venv depuis le DVD de Debian." \
  "يلزم Python 3.11 أو 3.12 أو 3.13. وهو موجود في Debian 12؛ وإلا فثبّت الحزمة python3-venv من قرص Debian." \
  "Python 3.11, 3.12 or 3.13 is needed. Debian 12 brings it; else install the package python3-venv from Debian’s DVD."

# -- the program and its environment -----------------------------------------------------------------------

say "Installation de la version $version. Cela prend une à deux minutes…" \
  "جارٍ تثبيت الإصدار $version. يستغرق ذلك دقيقة أو دقيقتين…" \
  "Installing version $version. This takes one or two minutes…"

mkdir -p -- "$folder/versions"
name=$version
while [ -e "$folder/versions/$name" ]; do name=$name.again; done # the same version once more
target=$folder/versions/$name
log=$folder/install.log
cp -R -- "$here/program" "$target"
{
  # pip is one of the wheels: Debian's own is not wanted, and not always there
  "$python" -m venv --without-pip "$target/.venv" &&
    for pip in "$here"/pip/pip-*.whl; do
      PYTHONUTF8=1 PIP_CONFIG_FILE=/dev/null "$target/.venv/bin/python" "$pip/pip" --isolated install \
        --no-index --no-cache-dir --disable-pip-version-check --no-input --require-hashes \
        --find-links "$here/wheels" -r "$target/requirements/base.txt"
    done &&
    PYTHONUTF8=1 "$target/.venv/bin/python" "$target/scripts/link.py" &&
    "$target/.venv/bin/python" -m compileall -q "$target/anhnh_lms" &&
    "$target/.venv/bin/python" "$target/start.py" --version
} >"$log" 2>&1 || {
  rm -rf -- "$target"
  stop "L’installation a échoué : rien n’a été changé. Le fichier $log dit pourquoi ; gardez-le pour la personne qui vous aide." \
    "فشل التثبيت: لم يتغير أي شيء. الملف $log يبيّن السبب؛ احتفظ به للشخص الذي يساعدك." \
    "The installation failed: nothing was changed. The file $log says why; keep it for whoever helps you."
}

cp -- "$here/anhnh" "$folder/.anhnh"
chmod 755 "$folder/.anhnh"
mv -f -- "$folder/.anhnh" "$folder/anhnh"
[ -e "$folder/settings" ] || cp -- "$here/settings" "$folder/settings"

before=$(readlink "$folder/current" 2>/dev/null || true)
ln -sfn "versions/$name" "$folder/.current"
sync
mv -fT -- "$folder/.current" "$folder/current"
sync

for old in "$folder"/versions/*; do # the one before stays, in case somebody must go back
  case "versions/${old##*/}" in
  "$before" | "versions/$name") ;;
  *) rm -rf -- "$old" ;;
  esac
done

# -- what to do next ---------------------------------------------------------------------------------------

cat >&2 <<END

────────────────────────────────────────────────────────────────────────
C’est installé dans :  $folder

  Français
  1. Écrivez :              cd "$folder"
  2. Pour démarrer :        ./anhnh serve
  3. Pour qu’il démarre avec la machine :   sudo ./anhnh install-service
  4. L’adresse pour les PC :                ./anhnh addresses
  Le guide, une page par tâche :  current/docs/fr/keeping-the-server.md

  العربية
  1. اكتب:                  cd "$folder"
  2. للتشغيل:               ./anhnh serve
  3. ليشتغل مع تشغيل الحاسوب:               sudo ./anhnh install-service
  4. العنوان الخاص بالحواسيب:               ./anhnh addresses
  الدليل، صفحة لكل مهمة:  current/docs/ar/keeping-the-server.md

  English
  1. Write:                 cd "$folder"
  2. To start it:           ./anhnh serve
  3. To start it with the machine:          sudo ./anhnh install-service
  4. The address for the PCs:               ./anhnh addresses
  The guide, one page per task:  current/docs/keeping-the-server.md
────────────────────────────────────────────────────────────────────────
END
if [ -n "$before" ]; then
  say "Une version plus ancienne était là. Maintenant : ./anhnh upgrade, puis redémarrez le serveur." \
    "كان هناك إصدار أقدم. الآن: ‎./anhnh upgrade ثم أعد تشغيل الخادم." \
    "An older version was here. Now: ./anhnh upgrade, then start the server again."
fi
