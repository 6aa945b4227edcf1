using System.Globalization;

namespace Monogres.Sandbox;

/// <summary>The settings of this kernel for user namespaces; null where the kernel has no such setting.</summary>
public sealed record KernelSettings
{
    /// <summary>The first kernel that mounts an overlay inside a user namespace.</summary>
    public static Version FirstWithOverlay { get; } = new(5, 11);

    /// <summary>The release of the kernel (<c>uname -r</c>); null when it cannot be read.</summary>
    public Version? Release { get; init; }

    /// <summary>Debian and its derivatives: 0 forbids user namespaces to ordinary users.</summary>
    public long? UnprivilegedClone { get; init; }

    /// <summary>How many user namespaces there may be; 0 forbids them (RHEL 7, hardened systems).</summary>
    public long? MaxUserNamespaces { get; init; }

    /// <summary>Ubuntu 23.10 and later: 1 removes the privileges inside a user namespace unless an AppArmor profile grants them.</summary>
    public long? AppArmorRestricts { get; init; }

    /// <summary>Whether this process runs under a system call filter, as in container engines.</summary>
    public bool Filtered { get; init; }

    /// <summary>Reads the settings.</summary>
    /// <param name="proc">Where procfs is mounted: <c>/proc</c>.</param>
    public static KernelSettings Read(string proc) => new()
    {
        Release = ReleaseOf(Text($"{proc}/sys/kernel/osrelease")),
        UnprivilegedClone = Number($"{proc}/sys/kernel/unprivileged_userns_clone"),
        MaxUserNamespaces = Number($"{proc}/sys/user/max_user_namespaces"),
        AppArmorRestricts = Number($"{proc}/sys/kernel/apparmor_restrict_unprivileged_userns"),
        Filtered = Text($"{proc}/self/status")?.Split('\n').Any(line => line.StartsWith("Seccomp:", StringComparison.Ordinal) && line.EndsWith('2')) == true,
    };

    private static Version? ReleaseOf(string? text)
    {
        var numbers = text?.Split('.', '-', '+');
        return numbers is [var major, var minor, ..] && int.TryParse(major, NumberStyles.None, CultureInfo.InvariantCulture, out var first)
            && int.TryParse(minor, NumberStyles.None, CultureInfo.InvariantCulture, out var second)
            ? new Version(first, second)
            : null;
    }

    private static long? Number(string path) => long.TryParse(Text(path), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : null;

    private static string? Text(string path)
    {
        try
        {
            return File.ReadAllText(path).Trim();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
