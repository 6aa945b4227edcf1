using Monogres.Cli.Terminal;
using Monogres.Core;

namespace Monogres.Cli.Tests.Terminal;

public class TargetEventTests
{
    [Fact]
    public void A_target_that_is_built_is_one_line_with_its_payload_and_files() => Assert.Equal(
        """{"event":"built","target":"postgres@15.18+minimal (llvm)","payload":"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855/0","files":["/dist/a.tar","/dist/a.json"]}""",
        TargetEventJson.Write(new TargetEvent.Built("postgres@15.18+minimal (llvm)", Digest.Empty, ["/dist/a.tar", "/dist/a.json"])));

    [Fact]
    public void A_target_that_failed_is_one_line_with_the_reason() => Assert.Equal(
        """{"event":"failed","target":"postgres@13.0+minimal","reason":"`postgres@13.0+minimal build` failed\nwith exit code 2"}""",
        TargetEventJson.Write(new TargetEvent.Failed("postgres@13.0+minimal", "`postgres@13.0+minimal build` failed\nwith exit code 2")));
}
