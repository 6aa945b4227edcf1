using System.Text.RegularExpressions;

namespace Monogres.Proof.Comparison.Causes;

/// <summary>The release of the kernel that a build runs on.</summary>
public sealed partial class KernelReleaseRule : MaskRule
{
    /// <inheritdoc/>
    public override string Id => "kernel-release";

    /// <inheritdoc/>
    public override string Words => "a kernel release";

    /// <inheritdoc/>
    public override string Sign => "A version such as `6.1.0-18-amd64`, or one after `Linux`, `kernel` or `uname`";

    /// <inheritdoc/>
    public override string Remedy => "Do not record `uname -r`; where CMake does, set `CMAKE_SYSTEM_VERSION`.";

    /// <inheritdoc/>
    protected override Regex Pattern => Form();

    [GeneratedRegex(
        """
        \b[2-7]\.\d{1,3}(\.\d{1,3})?([-.+][\w.+~-]*)?[-.+_](generic|amd64|arm64|cloud|azure|aws|gcp|lts|default|lowlatency|rt\d*|el\d[\w.]*|fc\d+[\w.]*|amzn\d\w*|microsoft|wsl\d|arch\d*|linuxkit|virt|kvm|pve)[\w.+~-]*
        | (?<=\b(linux|kernel|uname|osrelease|os_version|system_version)\w*[^0-9A-Za-z]{1,4}(release|version)?[^0-9A-Za-z]{0,4})[2-7]\.\d{1,3}(\.\d{1,3})?[\w.+~-]*
        """, Options | RegexOptions.IgnoreCase | RegexOptions.IgnorePatternWhitespace, Timeout)]
    private static partial Regex Form();
}
