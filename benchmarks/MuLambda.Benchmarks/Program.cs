using System.CommandLine;
using MuLambda.Benchmarks.Serving;

var root = new RootCommand("Measures MuLambda, side by side with what one would use instead.") { ServingCommand.Create() };
return await root.Parse(args).InvokeAsync();
