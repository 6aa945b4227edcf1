using Monogres.Cli;

return (int)await Application.RunAsync(args);
