namespace Monogres.Sandbox.Tests;

public class SandboxStatusTests
{
    [Theory]
    [InlineData("", SandboxStage.Nothing, null)]
    [InlineData("namespaces\n", SandboxStage.Namespaces, null)]
    [InlineData("namespaces\nroot\n", SandboxStage.Root, null)]
    [InlineData("namespaces\nroot\n{ \"exit-code\": 127 }\n", SandboxStage.Root, 127)]
    [InlineData("namespaces\nroot\n{ \"child-pid\": 3, \"mnt-namespace\": 4026532441 }\n", SandboxStage.Bubblewrap, null)]
    [InlineData("namespaces\nroot\n{ \"child-pid\": 3 }\n{ \"exit-code\": 1 }\n", SandboxStage.Bubblewrap, 1)]
    [InlineData("namespaces\nroot\n{ \"child-pid\": 3 }\n{ \"exit-c", SandboxStage.Bubblewrap, null)]
    [InlineData("namespaces\nroot\n{ \"child-pid\": 3 }\n12\n[]\n", SandboxStage.Bubblewrap, null)]
    public void It_tells_how_far_the_sandbox_came(string text, SandboxStage stage, int? exitCode) =>
        Assert.Equal(new SandboxStatus(stage, exitCode), SandboxStatus.Parse(text));
}
