using Monogres.Testing;

namespace Monogres.Sandbox.Tests;

public sealed class SandboxErrorsTests : IDisposable
{
    private readonly TemporaryDirectory _proc = new();

    private void Set(string file, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_proc[file])!);
        File.WriteAllText(_proc[file], text + "\n");
    }

    private string Message(SandboxStage stage, bool isRoot = false)
    {
        var error = SandboxErrors.NotMade(stage, KernelSettings.Read(_proc.Path), isRoot, "unshare: unshare failed\n\n");
        Assert.Equal(["unshare: unshare failed"], error.Details);
        return $"{error.Message}\n{error.Hint}";
    }

    [Fact]
    public void A_kernel_without_the_settings_is_read_as_such() => Assert.Equal(new KernelSettings(), KernelSettings.Read(_proc["nowhere"]));

    [Fact]
    public void Settings_are_read_from_their_files()
    {
        Set("sys/kernel/osrelease", "5.10.0-30-amd64");
        Set("sys/kernel/unprivileged_userns_clone", "1");
        Set("sys/user/max_user_namespaces", "96365");
        Set("sys/kernel/apparmor_restrict_unprivileged_userns", "0");
        Set("self/status", "Name:\tx\nSeccomp:\t2\nSeccomp_filters:\t1");
        Assert.Equal(
            new KernelSettings { Release = new Version(5, 10), UnprivilegedClone = 1, MaxUserNamespaces = 96365, AppArmorRestricts = 0, Filtered = true },
            KernelSettings.Read(_proc.Path));
    }

    [Fact]
    public void No_user_namespaces_at_all_is_named_and_how_to_allow_them()
    {
        Set("sys/user/max_user_namespaces", "0");
        Assert.Contains("sysctl -w user.max_user_namespaces=", Message(SandboxStage.Nothing, isRoot: true), StringComparison.Ordinal);
    }

    [Fact]
    public void User_namespaces_for_root_only_are_named()
    {
        Set("sys/kernel/unprivileged_userns_clone", "0");
        Assert.Contains("sysctl -w kernel.unprivileged_userns_clone=1", Message(SandboxStage.Nothing), StringComparison.Ordinal);
        Assert.DoesNotContain("unprivileged_userns_clone", Message(SandboxStage.Nothing, isRoot: true), StringComparison.Ordinal);
    }

    [Fact]
    public void AppArmor_is_named()
    {
        Set("sys/kernel/apparmor_restrict_unprivileged_userns", "1");
        Assert.Contains("sysctl -w kernel.apparmor_restrict_unprivileged_userns=0", Message(SandboxStage.Nothing), StringComparison.Ordinal);
    }

    [Fact]
    public void A_container_engine_is_suspected_when_the_settings_allow_everything()
    {
        Set("self/status", "Seccomp:\t2");
        Assert.Contains("seccomp=unconfined", Message(SandboxStage.Nothing, isRoot: true), StringComparison.Ordinal);
    }

    [Fact]
    public void An_old_kernel_is_named_when_the_overlay_is_refused()
    {
        Set("sys/kernel/osrelease", "5.4.0-200-generic");
        Assert.Contains("use Linux 5.11 or later", Message(SandboxStage.Namespaces), StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_system_is_suspected_when_a_new_kernel_refuses_the_overlay()
    {
        Set("sys/kernel/osrelease", "6.1.0");
        Assert.Contains("file system of the store", Message(SandboxStage.Namespaces), StringComparison.Ordinal);
    }

    public void Dispose() => _proc.Dispose();
}
