// Reads each file named in the arguments as a modeller does and writes it again:
// one JSON line a file, {file, xml, warnings}.
import { readFileSync } from 'node:fs';

import { BpmnModdle } from 'bpmn-moddle';
import { DmnModdle } from 'dmn-moddle';

const KINDS = {
  bpmn: { moddle: () => new BpmnModdle(), root: 'bpmn:Definitions' },
  dmn: { moddle: () => new DmnModdle(), root: 'dmn:Definitions' },
};

for (const file of process.argv.slice(2)) {
  const { moddle, root } = KINDS[file.split('.').pop()];
  const written = moddle();
  const { rootElement, warnings } = await written.fromXML(readFileSync(file, 'utf8'), root);
  const { xml } = await written.toXML(rootElement, { format: true });
  console.log(JSON.stringify({ file, xml, warnings: warnings.map((warning) => warning.message) }));
}
