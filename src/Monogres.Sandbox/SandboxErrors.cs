using System.Collections.Immutable;
using System.Runtime.InteropServices;
using Monogres.Core;

namespace Monogres.Sandbox;

/// <summary>Why a sandbox cannot be set up here, and what to do about it.</summary>
public static class SandboxErrors
{
    private const string Persist = "to make it permanent, add the setting to a file in /etc/sysctl.d";

    /// <summary>The programs of the sandbox do not exist for this machine.</summary>
    public static UserErrorException Architecture(Architecture architecture) => new(
        $"there is no sandbox for the architecture `{architecture}`",
        "build on an amd64 or arm64 machine");

    /// <summary>The root that should contain the programs does not.</summary>
    public static UserErrorException ProgramMissing(string path, ImmutableArray<string> packages) => new(
        $"the sandbox's own root has no `{path}`",
        $"its package set must contain {string.Join(", ", packages)} and their dependencies");

    /// <summary>Something else killed the sandbox.</summary>
    public static UserErrorException Killed(int signal) => new(
        $"the sandbox was killed from outside, by signal {signal}",
        "the system may have run out of memory: check the kernel log, or run fewer actions at once");

    /// <summary>The sandbox could not be set up: explained by the stage where it stopped and by the settings of this kernel.</summary>
    /// <param name="stage">The last stage that was reached.</param>
    /// <param name="kernel">The settings of this kernel.</param>
    /// <param name="isRoot">Whether we are root, to whom some settings do not apply.</param>
    /// <param name="log">The output of the programs.</param>
    public static UserErrorException NotMade(SandboxStage stage, KernelSettings kernel, bool isRoot, string log)
    {
        var details = log.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        return stage switch
        {
            _ when kernel.MaxUserNamespaces == 0 => new(
                "this system allows no user namespaces: user.max_user_namespaces is 0",
                $"as root, run `sysctl -w user.max_user_namespaces=15000`; {Persist}", details),
            _ when kernel.UnprivilegedClone == 0 && !isRoot => new(
                "this system allows user namespaces to root only: kernel.unprivileged_userns_clone is 0",
                $"as root, run `sysctl -w kernel.unprivileged_userns_clone=1`; {Persist}", details),
            _ when kernel.AppArmorRestricts == 1 && !isRoot => new(
                "AppArmor restricts user namespaces: kernel.apparmor_restrict_unprivileged_userns is 1 (Ubuntu 23.10 and later)",
                $"as root, run `sysctl -w kernel.apparmor_restrict_unprivileged_userns=0`; {Persist}", details),
            SandboxStage.Nothing or SandboxStage.Root when kernel.Filtered => new(
                "user namespaces are refused although the kernel's settings allow them: this process runs under a system call filter, such as that of a container engine",
                "run the container with `--security-opt seccomp=unconfined --security-opt systempaths=unconfined` (Docker, Podman), or run outside of the container", details),
            SandboxStage.Nothing => new(
                "the kernel refused to create the namespaces of the sandbox",
                "a security module (AppArmor, SELinux, a container engine) may forbid them: check the kernel log", details),
            SandboxStage.Namespaces when kernel.Release < KernelSettings.FirstWithOverlay => new(
                $"this kernel ({kernel.Release}) cannot mount an overlay inside a user namespace",
                $"use Linux {KernelSettings.FirstWithOverlay} or later", details),
            SandboxStage.Namespaces => new(
                "the kernel refused to mount the overlay of the sandbox",
                "the file system of the store must support the upper directory of an overlay: ext4, xfs, btrfs and tmpfs do, network file systems do not", details),
            _ => new("the sandbox could not be set up", null, details),
        };
    }
}
