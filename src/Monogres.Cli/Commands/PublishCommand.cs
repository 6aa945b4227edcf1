using System.CommandLine;
using Monogres.Cli.Inputs;

namespace Monogres.Cli.Commands;

/// <summary><c>monogres publish</c></summary>
internal static class PublishCommand
{
    public static Command Create(GlobalOptions global, Func<string, string?> environment) =>
        new("publish", "Signed repositories of packages, and images in registries")
        {
            PublishAptCommand.Create(global, environment), PublishYumCommand.Create(global, environment), PublishOciCommand.Create(global, environment),
        };
}
