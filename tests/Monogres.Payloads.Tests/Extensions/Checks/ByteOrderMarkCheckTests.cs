using Monogres.Payloads.Extensions.Checks;

namespace Monogres.Payloads.Tests.Extensions.Checks;

public class ByteOrderMarkCheckTests
{
    [Fact]
    public void Only_scripts_that_PostgreSQL_reads_are_found() => Assert.Equal(
        ["error byte-order-mark: share/extension/sample--1--2.sql: line 1 begins with a byte-order mark", "error byte-order-mark: share/extension/sample--1.sql: line 1 begins with a byte-order mark"],
        Payloads.Find<ByteOrderMarkCheck>(Payloads.Of(
            Installed.File("share/extension/sample--1.sql", "\uFEFFselect 1;\n"),
            Installed.File("share/extension/sample--1--2.sql", "\uFEFFselect 1;\n"),
            Installed.File("share/extension/sample--2.sql", "select '\uFEFF';\n"),
            Installed.File("share/contrib/examples.sql", "\uFEFFselect 1;\n"))));
}
