using Monogres.Cli;
using Monogres.Cli.Terminal;

return (int)await Application.RunAsync(args, Streams.OfProcess(), Environment.GetEnvironmentVariable);
