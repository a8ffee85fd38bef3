@echo off
rem Fovea's launcher for Windows, the twin of "fovea": finds Java, builds when there is no build or sources changed, starts the application.
rem   FOVEA_JAVA_OPTS   further options for the JVM, e.g. -Xmx8g
rem   FOVEA_NO_BUILD=1  start what is built, whatever changed
rem   FOVEA_APP         a folder with fovea-cli.jar and lib\ to start instead, without a build
rem UNTESTED: no Windows machine has run it yet. It is kept simpler than its twin for that reason: no lock between two builds, no class-data
rem archive, and a build fails while another fovea runs, since Windows does not replace a jar that is in use.
setlocal EnableExtensions DisableDelayedExpansion
set "root=%~dp0"
set "root=%root:~0,-1%"
set "state=%root%\.fovea"
set "app=%root%\cli\target\app"

rem ---- Java ----
set "version="
if not defined JAVA_HOME goto java_on_path
if not exist "%JAVA_HOME%\bin\java.exe" goto java_on_path
set "java=%JAVA_HOME%\bin\java.exe"
for /f "tokens=2 delims==" %%v in ('findstr /b "JAVA_VERSION=" "%JAVA_HOME%\release"') do set "version=%%~v"
goto check_java
:java_on_path
set "java=java.exe"
for /f "tokens=3" %%v in ('java.exe -version 2^>^&1 ^| findstr /c:" version "') do if not defined version set "version=%%~v"
:check_java
if defined version goto java_found
echo fovea: there is no Java here; install a JDK 17 or newer, or set JAVA_HOME to one (adoptium.net has them).>&2
exit /b 1
:java_found
for /f "delims=.-+_" %%m in ("%version%") do set "major=%%m"
if %major% GEQ 17 goto java_new_enough
echo fovea: Java 17 or newer is needed, and "%java%" is %version%; set JAVA_HOME to a newer JDK.>&2
exit /b 1
:java_new_enough

rem ---- build ----
if not defined FOVEA_APP goto built_here
set "app=%FOVEA_APP%"
goto run
:built_here
if not exist "%state%\built" goto build
if not exist "%app%\fovea-cli.jar" goto build
if defined FOVEA_NO_BUILD goto run
powershell -NoProfile -Command "$built = (Get-Item -LiteralPath (Join-Path $env:state 'built')).LastWriteTimeUtc; $sources = 'pom.xml', '.mvn', 'core\pom.xml', 'core\src\main', 'systems\pom.xml', 'systems\src\main', 'zoo\pom.xml', 'zoo\src\main', 'cli\pom.xml', 'cli\src\main' | ForEach-Object { Join-Path $env:root $_ } | Where-Object { Test-Path -LiteralPath $_ }; if (Get-ChildItem -LiteralPath $sources -Recurse -Force | Where-Object { $_.LastWriteTimeUtc -gt $built } | Select-Object -First 1) { exit 3 }"
if not errorlevel 3 goto run
:build
if not exist "%state%" mkdir "%state%"
if exist "%USERPROFILE%\.m2\repository\org\bytedeco\pytorch" goto build_again
echo fovea: first start. Maven downloads about 270 MB to %USERPROFILE%\.m2\repository, the build takes 230 MB here, and 450 MB of native libraries are unpacked to %USERPROFILE%\.javacpp\cache. This takes some minutes.>&2
goto build_now
:build_again
echo fovea: building (sources changed or never built).>&2
:build_now
type nul >"%state%\begun"
pushd "%root%"
call mvnw.cmd -B -ntp -Dmaven.test.skip=true -Dmaven.javadoc.skip=true -Dmaven.source.skip=true -pl cli -am package >"%state%\build.log" 2>&1 <nul
set "result=%errorlevel%"
popd
if "%result%"=="0" goto build_done
findstr /b /c:"[ERROR]" "%state%\build.log" >&2
echo fovea: the build failed; the whole log is %state%\build.log.>&2
exit /b 1
:build_done
rem The time before the build counts: what was changed while it ran is built again.
move /y "%state%\begun" "%state%\built" >nul

rem ---- run ----
:run
if not defined OMP_WAIT_POLICY set "OMP_WAIT_POLICY=PASSIVE"
"%java%" -Xshare:auto -XX:+IgnoreUnrecognizedVMOptions --enable-native-access=ALL-UNNAMED -Djava.awt.headless=true -Dorg.bytedeco.javacpp.maxPhysicalBytes=0 %FOVEA_JAVA_OPTS% -jar "%app%\fovea-cli.jar" %*
exit /b %errorlevel%
