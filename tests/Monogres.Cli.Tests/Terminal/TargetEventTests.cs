using Monogres.Cli.Terminal;
using Monogres.Core;
using Monogres.Payloads.Extensions.Checks;

namespace Monogres.Cli.Tests.Terminal;

public class TargetEventTests
{
    [Fact]
    public void A_target_that_is_built_is_one_line_with_its_payload_files_and_findings() => Assert.Equal(
        """{"event":"built","target":"postgres@15.18+minimal (llvm)","payload":"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855/0","files":["/dist/a.tar","/dist/a.json"],"findings":[{"check":"runpath","severity":"error","file":"lib/a.so","text":"`/opt` in its RUNPATH","known":"as upstream has it"}]}""",
        TargetEventJson.Write(new TargetEvent.Built("postgres@15.18+minimal (llvm)", Digest.Empty, ["/dist/a.tar", "/dist/a.json"],
            [new CheckFinding("runpath", CheckSeverity.Error, "lib/a.so", "`/opt` in its RUNPATH") { Known = "as upstream has it" }])));

    [Fact]
    public void A_target_that_failed_is_one_line_with_the_reason() => Assert.Equal(
        """{"event":"failed","target":"postgres@13.0+minimal","reason":"`postgres@13.0+minimal build` failed\nwith exit code 2"}""",
        TargetEventJson.Write(new TargetEvent.Failed("postgres@13.0+minimal", "`postgres@13.0+minimal build` failed\nwith exit code 2")));
}
