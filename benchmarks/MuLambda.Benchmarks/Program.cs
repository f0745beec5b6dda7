using System.CommandLine;
using MuLambda.Benchmarks.Batching;
using MuLambda.Benchmarks.ColdStart;
using MuLambda.Benchmarks.Proxying;
using MuLambda.Benchmarks.Selecting;
using MuLambda.Benchmarks.Serving;
using MuLambda.Benchmarks.Simulation;

var root = new RootCommand("Measures MuLambda, side by side with what one would use instead.")
{
    ServingCommand.Create(), SelectCommand.Create(), SimulationCommand.Create(), BatchingCommand.Create(), ProxyCommand.Create(),
    ColdStartCommand.Create(),
};
return await root.Parse(args).InvokeAsync();
