using System.Text;
using Monogres.Payloads.Extensions.Checks;
using Monogres.Testing;

namespace Monogres.Payloads.Tests.Extensions.Checks;

public class PackageChecksTests
{
    [Fact]
    public void Every_check_is_in_the_table_and_has_a_name_of_its_own()
    {
        Assert.Equal(
            typeof(PackageCheck).Assembly.GetTypes().Where(type => type.IsSubclassOf(typeof(PackageCheck))).Select(type => type.Name).Order(StringComparer.Ordinal),
            PackageChecks.All.Select(check => check.GetType().Name).Order(StringComparer.Ordinal));
        Assert.Equal(PackageChecks.All.Select(check => check.Id).Distinct().Order(StringComparer.Ordinal), PackageChecks.All.Select(check => check.Id));
    }

    [Fact]
    public void A_good_payload_passes_all_checks() => Assert.Empty(PackageChecks.Find(Payloads.Good with { Extensions = [Payloads.Extension], Links = [Payloads.Link] }));

    /// <summary>The reference page is what the table says. <c>UPDATE_GOLDEN=1</c> writes it.</summary>
    [Fact]
    public void The_page_of_checks_is_that_of_the_table()
    {
        var text = new StringBuilder("""
            # Checks

            <!-- Generated from the code by Monogres.Payloads.Tests: UPDATE_GOLDEN=1 ./test Payloads -->

            Every built extension is inspected with these checks, without running it. An error means that it does not work, is not safe,
            or is not reproducible; a warning, that it works here, but not everywhere or not permanently.

            `monogres build` prints what they find, each time, and with `--json` has it in the event `built`; the manifest has it too. After an error,
            the result is still written and kept, so that it can be looked into, but the command fails. So does one about `installed`: a file that is
            promised and not there, a control file that cannot be read, a script that does not lead to the default version. An extension of the index can
            name a finding as known, by its test `check:NAME` under `tests.drift`, with the reason; it is printed, and does not count.

            | check | severity | what it finds |
            | --- | --- | --- |

            """);
        foreach (var check in PackageChecks.All)
            text.Append($"| [{check.Id}](#{check.Id}) | {(check.Severity == CheckSeverity.Error ? "error" : "warning")} | {check.Summary} |\n");
        foreach (var check in PackageChecks.All)
            text.Append($"\n## {check.Id}\n\n{check.Summary}.\n\n{check.Explain}\n");

        var file = RepositoryFiles.At("docs/reference/checks.md");
        if (Environment.GetEnvironmentVariable("UPDATE_GOLDEN") == "1")
            File.WriteAllText(file, text.ToString());
        Assert.Equal(text.ToString(), File.Exists(file) ? File.ReadAllText(file) : "(there is no such page)");
    }
}
