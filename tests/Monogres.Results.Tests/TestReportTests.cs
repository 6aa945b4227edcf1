using Monogres.Results.Testing;
using Monogres.Core;
using Monogres.Index;
using Monogres.Index.Extensions;

namespace Monogres.Results.Tests;

public class TestReportTests
{
    [Fact]
    public void The_output_of_PostgreSQL_15_is_read()
    {
        var report = TestReport.Read("""
            (using postmaster on Unix socket, default port)
            ============== running regression test queries        ==============
            test tablespace                   ... ok          301 ms
            parallel group (3 tests):  char name boolean
                 boolean                      ... ok           45 ms
                 char                         ... FAILED       21 ms
                 random                       ... failed (ignored)       9 ms
            test stats                        ... FAILED (test process exited with exit code 2)      612 ms
            ======================
             2 of 5 tests failed, 1 failed test ignored.
            """.Split('\n'));

        Assert.Equal(2, report.Passed);
        Assert.Equal(["char", "stats"], report.Failures.Select(test => test.Name));
        Assert.Equal(301, report.Tests[0].Milliseconds);
        Assert.Equal(TestOutcome.Ignored, report.Tests[3].Outcome);
        Assert.Equal(5, report.Tests.Length);
    }

    [Fact]
    public void The_TAP_output_of_PostgreSQL_16_and_later_is_read()
    {
        var report = TestReport.Read("""
            # using postmaster on Unix socket, default port
            ok 1         - test_setup                                420 ms
            # parallel group (2 tests):  varchar char
            not ok 2     + char                                       91 ms
            ok 3         + varchar                                   102 ms
            1..3
            # 1 of 3 tests failed.
            """.Split('\n'));

        Assert.Equal(2, report.Passed);
        Assert.Equal("char", Assert.Single(report.Failures).Name);
        Assert.Equal(102, report.Tests[2].Milliseconds);
    }

    [Fact]
    public void The_summary_of_programs_in_Perl_is_read()
    {
        var report = TestReport.Read("""
            # +++ tap install-check in  +++
            t/001_basic.pl ...... ok
            t/002_corruption.pl . 1/?
            t/002_corruption.pl . Dubious, test returned 1 (wstat 256, 0x100)
            Failed 1/29 subtests
            t/003_cic_2pc.pl .... skipped: injection points are not built in
            t/004.pl ............ ok

            Test Summary Report
            -------------------
            t/002_corruption.pl (Wstat: 256 (exited 1) Tests: 29 Failed: 1)
              Failed test:  7
            Files=3, Tests=60, 12 wallclock secs
            """.Split('\n'));

        Assert.Equal(["t/001_basic.pl", "t/004.pl", "t/002_corruption.pl"], report.Tests.Select(test => test.Name));
        Assert.Equal("t/002_corruption.pl", Assert.Single(report.Failures).Name);
    }

    [Fact]
    public void A_smoke_test_that_fails_has_the_last_error_that_its_command_gave()
    {
        var report = TestReport.Read("""
            ok 1 - start
            not ok 2 - create:one
            # NOTICE:  installing required extension "two"
            # ERROR:  could not load library "/usr/lib/postgresql/15/lib/one.so": undefined symbol: missing
            not ok 3 - create:two
            # FATAL:  out of memory
            # server closed the connection unexpectedly
            # \tThis probably means the server terminated abnormally
            not ok 4 - create:three
            # no server
            ok 5 - create:four
            # ERROR:  of no test
            not ok 6 - create:five
            # 2026-11-28 01:42:08.844 UTC [21] FATAL:  of the log of the server, which is about all tests
            """.Split('\n'));
        Assert.Equal(
            ["ERROR:  could not load library \"/usr/lib/postgresql/15/lib/one.so\": undefined symbol: missing", "server closed the connection unexpectedly", "no server", null],
            report.Failures.Select(test => test.Reason));
        Assert.Every(report.Tests.Where(test => test.Outcome is TestOutcome.Passed), test => Assert.Null(test.Reason));
    }

    [Theory]
    [InlineData("")]
    [InlineData("# ")] // as some styles write differences
    public void A_regression_test_that_fails_has_the_first_error_of_its_differences(string comment)
    {
        var lines = """
            diff -U3 /build/src/expected/one.out /build/src/results/one.out
            --- /build/src/expected/one.out\t2026-01-01
            +++ /build/src/results/one.out\t2026-01-01
            @@ -1,3 +1,3 @@
             select one();
            -     1
            +ERROR:  function one() does not exist
            +ERROR:  another
            diff -U3 /build/src/expected/two.out /build/src/output_iso/results/two.out
            --- /build/src/expected/two.out
            +++ /build/src/results/two.out
            -     1
            +     2
            +     3
            """.Split('\n').Select(line => comment + line);
        var report = TestReport.Read([
            "not ok 1     - one     12 ms", "test two                         ... FAILED       12 ms", "not ok 3     - three   9 ms", "# 3 of 3 tests failed.", "# the end of ./regression.diffs", .. lines,
            "make: *** [installcheck] Error 1"]);
        Assert.Equal(["ERROR:  function one() does not exist", "expected `1`, got `2`", null], report.Failures.Select(test => test.Reason));
    }

    [Fact]
    public void A_program_of_tests_that_fails_says_which_of_its_tests_failed()
    {
        var report = TestReport.Read("""
            t/001_basic.pl ...... ok
            t/002_more.pl ....... 1/?
            #   Failed test 'rows are there'
            #   at t/002_more.pl line 12.
            #   Failed test 'and more'
            t/002_more.pl ....... Dubious, test returned 1 (wstat 256, 0x100)
            t/002_more.pl (Wstat: 256 (exited 1) Tests: 29 Failed: 1)
            """.Split('\n'));
        Assert.Equal("Failed test 'rows are there'", Assert.Single(report.Failures).Reason);
    }

    [Fact]
    public void What_a_program_wrote_does_not_reach_the_terminal_as_it_is()
    {
        var report = TestReport.Read(["not ok 1 - create:one", $"# ERROR:\t\u001b[2J{new string('x', 1000)}"]);
        Assert.StartsWith("ERROR: \uFFFD[2Jxx", report.Tests[0].Reason, StringComparison.Ordinal);
        Assert.Equal(301, report.Tests[0].Reason!.Length);
    }

    [Fact]
    public void Tests_that_a_makefile_switches_off_are_said_to_be()
    {
        Assert.Equal("NO_INSTALLCHECK in its makefile switches them off", TestReport.Read(["== installcheck", TestReport.SwitchedOff]).NoOwnTests);
        Assert.Null(TestReport.Read(["== installcheck"]).NoOwnTests);
    }

    [Fact]
    public void Output_without_tests_gives_an_empty_report() =>
        Assert.Empty(TestReport.Read(["initdb: error: cannot be run as root"]).Tests);

    [Fact]
    public void A_target_is_proven_as_far_as_its_worst_proof()
    {
        Assert.Equal(TestLevel.Created, TestReport.Read(["ok 1 - start", "ok 2 - create:vector"]).Level);
        Assert.Equal(TestLevel.Installed, TestReport.Read(["ok 1 - start", "not ok 2 - create:vector"]).Level);
        Assert.Equal(TestLevel.Tested, TestReport.Read(["ok 1     - btree     12 ms", "ok 1 - start", "ok 2 - create:vector"]).Level);
        Assert.Equal(TestLevel.Created, TestReport.Read(["not ok 1     - btree     12 ms", "ok 1 - start", "ok 2 - create:vector"]).Level);

        // An update from an old version that fails does not make the current one unusable.
        Assert.Equal(TestLevel.Created, TestReport.Read(["ok 1 - start", "ok 2 - create:vector", "not ok 3 - update:vector:0.1.0"]).Level);
    }

    [Fact]
    public void A_difference_that_the_index_knows_of_is_no_failure_and_is_told()
    {
        var report = TestReport.Read(["not ok 1     - icu     12 ms", "not ok 2     - other     12 ms", "ok 1 - start"])
            .With([new KnownDrift("icu", VersionRange.Any, "other ICU data")]);
        Assert.Equal("other", Assert.Single(report.Failures).Name);
        Assert.Equal("other ICU data", Assert.Single(report.Drifted).Reason);
    }
}
