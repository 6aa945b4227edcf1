using Monogres.Sources.Inspection.Makefiles;

namespace Monogres.Sources.Tests.Inspection.Makefiles;

public class VersionCommandsTests
{
    [Theory]
    [InlineData("pg_config --version", "PostgreSQL 15.4")]
    [InlineData("/usr/bin/pg_config --version 2>/dev/null | cut -d' ' -f2", "15.4")]
    [InlineData("pg_config --version | cut -f2 -d ' ' | cut -d. -f1", "15")]
    [InlineData("pg_config --version | awk '{print $2}' | awk -F. '{ print $1 }'", "15")]
    [InlineData(@"pg_config --version | awk -F'[ \.]' '{print $2}'", "15")]
    [InlineData(@"pg_config --version | sed ""s/^[^ ]* \([0-9]*\).*$/\1/"" 2>/dev/null", "15")]
    [InlineData("pg_config --version | sed -E 's/PostgreSQL ([0-9]+).*/\\1/'", "15")]
    [InlineData("pg_config --version | sed 's/PostgreSQL //' | sed 's/\\.[0-9]*$//'", "15")]
    [InlineData("pg_config --version | grep -Eo '[0-9]+' | head -1", "15\n4")]
    [InlineData("pg_config --version | grep -qE ' 1[0-4]\\.' && echo old || echo new", "new")]
    [InlineData("pg_config --version | tr -d '[a-zA-Z] '", "15.4")]
    [InlineData("expr \"14\" \\<=  \"15\"", "1")]
    [InlineData("expr 16 \\<= 15", "0")]
    [InlineData("test 15 -ge 16; echo $?", "1")]
    [InlineData("[ 150004 -ge 90500 ] && echo yes", "yes")]
    [InlineData("[ 150004 -lt 90500 ] && echo yes", "")]
    [InlineData("[ 15 -ge 14 -a 15 -lt 17 ] && echo yes", null)]
    [InlineData("pg_config --version | python -c 'x'", null)]
    [InlineData("pg_config --version | sed -E 's/((a*)*)*b/x/'", "PostgreSQL 15.4")]
    [InlineData("pg_config --version | sed -E 's/(.)\\1/x/'", null)]
    [InlineData("pg_config --version | sed -E 's/(/x/'", null)]
    [InlineData("pg_config --includedir", null)]
    [InlineData("git describe --tags", null)]
    [InlineData("test -f file && echo yes", null)]
    public void What_a_command_says_of_the_version_is_known_without_running_it(string command, string? answer) =>
        Assert.Equal(answer, new VersionCommands("15.4").Answer(command));
}
