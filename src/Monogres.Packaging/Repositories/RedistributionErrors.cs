using Monogres.Core;

namespace Monogres.Packaging.Repositories;

/// <summary>What keeps something from being published at all.</summary>
public static class RedistributionErrors
{
    /// <summary>Its licence, or what was decided of its project, forbids it.</summary>
    /// <param name="package">What is to be published: a package or a target.</param>
    /// <param name="project">Its project.</param>
    /// <param name="license">Its licence, or null.</param>
    /// <param name="reason">Why not.</param>
    /// <param name="file">The file that is refused, or null when it was not made yet.</param>
    public static UserErrorException Refused(string package, string project, string? license, string reason, string? file) => new(
        $"`{package}` is not published: {reason}",
        $"leave it out; or, when you may redistribute it, say so and why in licenses.json of the index: \"projects\": {{\"{project}\": {{\"redistributable\": true, \"why\": \"…\"}}}}",
        [$"project: {project}", $"licence: {license ?? "not known"}", .. file is null ? (string[])[] : [$"file: {file}"]]);
}
